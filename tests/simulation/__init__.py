"""A simulator of a whole plant, in the manner of TigerBeetle's VOPR and FoundationDB.

One thread, one seed, one outcome. The programs are the real ones: the terminal's use cases,
journal, outbox, inbox, witness and link rounds; the server's application with its store, asked
through ASGI. What is simulated is everything around them, and all of it hangs on one random seed:

==============  =================================================================================
``world``       simulated time and what is due; nothing sleeps
``chance``      named streams of the seed's random numbers
``troubles``    the kinds of faults, which of them a seed has (swarm testing), how many happened
``clocks``      a clock for each machine: skew, drift, steps, a dead battery, daylight saving
``disk``        a machine's disk: refused writes, a full disk, power cuts at any statement
``wire``        the line: lost, cut, doubled, late, reordered, garbage, clogged
``machine``     a terminal that is switched on and off, imaged, cloned, wiped
``site``        the server that is started, killed, restored from a copy
``floor``       the people at the stations, the instruments and the printer
``office``      quality and administration at the console
``oracle``      its **own** ledger of what people were shown, and what must be true at any moment
``verdict``     what must be true when all has healed
``plant``       one run: chaos, heal, drain, verdict
==============  =================================================================================

A run is one plant-day: an eight-hour shift of chaos, then everything is healed and must drain.
``make simulate SEED=n`` plays a seed again, exactly, and prints its last fifty events.

A **factory-year** of ``make campaign`` is 365 plant-days of this plant: three stations, each
through 365 shifts with faults. Its people do some tens of things in a shift, not hundreds: a
factory-year here has more faults than a real one and fewer records.

Not simulated, and proved elsewhere: single bytes on the disk (power-cut enumeration), system calls
(errno and SIGKILL tests), Qt, real sockets, more than one thread.
"""
