# The kiosk's words. Short, active, the same word for the same thing (docs/terms).

## Counts and strip
saved = saved
sent = sent
accepted = accepted
witnessed = witnessed
link = Server
link-online = online
link-sending = sending { $n }
link-photos = sending { $n } photos
link-offline = offline
link-offline-since = offline · { $n } min unsent
link-offline-hours = offline · { $n } h unsent
link-offline-days = offline · { $n } days unsent
certificate-ends = The server's certificate ends in { $n } days ({ $day })
certificate-ends-why = Work goes on. Tell the administrator: after that day nothing is sent until it is renewed.
link-trouble = Server: { $code }
clock-anchored = clock checked
clock-unchecked = clock not checked yet
clock-free = clock checked { $n } h ago
clock-unknown = clock wrong
lock-minutes = locks in { $n } min
lock-seconds = locks in { $n } s
disk = Disk
disk-low = nearly full
disk-full = full, finish this step
light-starting = starting
light-check-failed = check not good
check-failed-cure = Check it again, or use another instrument.
light-ready = ready
light-absent = absent
light-silent = no answer
light-fault = fault
light-stopped = off
light-standby = standby
light-unit = wrong unit
light-wrong = wrong instrument
light-black = dark
light-frozen = frozen
light-reading = reading
instrument-scanner = Scanner
instrument-wedge = Keyboard scanner
instrument-balance = Balance
instrument-caliper = Caliper
instrument-pressure-gauge = Pressure gauge
instrument-camera = Camera
instrument-label-printer = Printer
instruments-ready = { $n } ready
instruments-troubled = { $n } not ready

## Actions
action-accept = Accept
action-accept-reading = Take reading
action-back = Back
action-back-to-step = Back to the step
action-confirm-no = No
action-confirm-yes = Yes
action-help = Help
action-help-close = Close help
action-inspect-fail = Fail
action-inspect-pass = Pass
action-next = Next
action-ok = OK
action-open-job = Open
action-overview = Overview
action-photo-again = New photo
action-print-again = Print again
action-print-label = Print label
action-raise-nonconformity = Raise nonconformity
action-read-label = Read label
action-reject = Reject lot
action-release = Release lot
action-sign = Sign
action-unlock = Unlock
action-sign-out = Sign out
action-take-photo = Take photo
action-to-release = Release …
action-export = Export records
action-try-again = Try again
action-type-value = Type value
action-rig = Instruments
action-check = Check
action-check-again = Check again
action-check-failed = Not possible
action-back-from-rig = Back
action-back-to-rig = To the instruments
action-work-list = Work list

## States and verdicts
state-done = done
state-now = now
state-todo = to come
state-blocked = blocked
verdict-pass = Good
verdict-fail = Not accepted
outcome-pass = Pass
outcome-fail = Fail
outcome-yes = Yes
outcome-no = No
reading-stable = stable
reading-settled = settled
reading-unstable = unstable
reading-overload = overload
reading-underload = underload
reading-error = error
reading-frozen = frozen
load-gross = gross
load-net = net
value-typed = { $value } (typed)

## People
class-operator = operator
class-supervisor = supervisor
class-quality = quality
class-administrator = administrator
class-auditor = auditor
meaning-authorship = authorship
meaning-performed = performed
meaning-verified = verified
meaning-reviewed = reviewed
meaning-approved = approved
meaning-responsibility = responsibility
meaning-released = released
meaning-rejected = rejected

## Sign-in
sign-in-title = Who is working?
sign-in-badge = Scan your badge.
sign-in-secret = Enter your secret, then OK.
enter-secret = Secret
refused-unknown-badge = This badge is not known here. Ask your supervisor.
refused-wrong-secret = Badge and secret do not match. After { $most } wrong tries in a row you are locked out.
refused-locked = Locked after too many wrong secrets. Scan your badge again in { $minutes } min, or have a supervisor unlock it now.
refused-locked-until-lifted = Locked after 20 wrong secrets in a row. A supervisor, quality or an administrator must unlock it here.
lock-lifted = Unlocked. Scan the badge and enter the secret.
refused-inactive = This person may not sign in any more. Ask your supervisor.
refused-expired = Your qualification has expired. Ask your supervisor.
secret-initial = Others chose your secret and know it. Choose your own today, at a computer with Lotbook: your name, My secret. You can go on working.
refused-not-allowed = This person may not sign this.
badge-not-asked = No badge is asked for here.

## Work list
work-list-title = Job orders
work-list-empty = There is no work for this station.
progress = { $n } of { $m } steps
status-new = not started
status-started = in work
status-decision-waits = decision signed; not yet accepted by the server
status-finished = ready for quality
status-no-master = its work document is not here
status-nonconformity = nonconformity open
status-scrapped = scrapped

## Steps
where = { $operation } ({ $n } of { $m }) · step { $step } of { $steps }
sample-of = Sample { $n } of { $m }
unit-of = Unit { $n } of { $m } · { $serial }
expected-confirm = Confirm
expected-identify = Scan
expected-measure = Limits
expected-inspect = Judge
expected-label = Label
expected-sign = Sign as
limits-both = { $low } to { $high } { $unit }
limits-low = at least { $low } { $unit }
limits-high = at most { $high } { $unit }
scan-the-code = Scan the code on the lot.
live-source = { $instrument } · { $state }
read-from = Read from: { $instrument }
wait-for-reading = Waiting for the { $instrument } …
press-data-key = Press the data key on the { $instrument }.
instrument-not-ready = The { $instrument } is not ready. Look at its light below.
no-instrument = This station has no { $role }. Call your supervisor.
no-reading = There is no new reading yet.
same-load = The load of the last sample still lies there. Take it off, then put on the next.
type-it = Type what the instrument shows
typed-marked = Typed by hand: the record will always say so.
checked-identify = Item, expiry, status and quantity checked.
checked-label = Read back as printed, byte for byte.
typed-check = Is this what the instrument shows?
not-a-number = That is not a number.
photo-first = Take a photo first.
no-code-seen = The camera sees no code. Lay the label flat and straight, then read again.
photo-taken = Photo taken. Now judge.
label-print = Print the label for { $serial }
label-print-hint = Print one label, stick it on, then read it.
label-read-hint = Scan the label where it sticks.
sign-by = To be signed by: { $role }
part-item = Item
part-gtin = GTIN
part-di = UDI-DI
part-lot = Lot
part-serial = Serial
part-expiry = Expiry
part-needed = Needed
part-copy = Copy
fact-also = Also
fact-offered = Offered
fact-person = Person
fact-step = Step
fact-sample = Sample
fact-time = Time
fact-disposition = Disposition
fact-operations = Operations
fact-records = Records
sign-again-after = One signature holds { $most } records. Sign again for the rest.
fact-units = Units made
fact-signatures = Signatures
unexpected-scan = Not asked for: { $code }. Kept, without effect.
too-fast = Too fast. The last scan was not taken; scan again.
instrument-fault = { $name }: { $code }

## Blocked
blocked-title = Stopped
rule-source = Rule: { $source }
lifted-by = { $role } can lift this.
lifted-by-nobody = Nobody can lift this. Put the work right.
nonconformity-title = Nonconformity
nonconformity-question = Supervisor: what is done about it?
disposition-rework = Rework
disposition-rework-means = Do it again, then check again.
disposition-reinspection = Reinspect
disposition-reinspection-means = The part may be good. Check it again.
disposition-concession = Concession
disposition-concession-means = Use as it is. Quality must sign.
disposition-scrap = Scrap
disposition-scrap-means = Do not use. Keep apart.
reason-title-reason = Why?
reason-title-reprint = Print again: why?
reason-title-reject = Reject the lot: why?
reason-question = Choose the reason.
reason-process-repeated = The process step is repeated as the procedure allows
reason-part-replaced = The part is replaced by a good one
reason-handling-error = Handled wrongly while measuring
reason-instrument-disturbed = The instrument was disturbed
reason-sample-prepared-wrongly = The sample was prepared wrongly
reason-no-effect-on-safety = Assessed: no effect on safety or performance
reason-customer-agreed = Agreed with the customer
reason-cannot-be-repaired = Cannot be repaired
reason-suspected-contamination = Suspected contamination
reason-label-damaged = The label is damaged
reason-label-unreadable = The label cannot be read
reason-printer-jam = The printer jammed
action-label-absent = Nothing came out
action-account-labels = Missing labels
label-print-again-hint = The label before does not count. Print another one, stick it on, then read it.
label-doubt = Nobody knows whether this label came out. Look at the printer: if it is there, scan it.
label-missing-what = Label of { $serial }, copy { $copy }, cannot be found
labels-title = Label reconciliation
labels-question = Where is this label?
labels-question-found = It was found after it was reported. Quality closes the report.
labels-none = Every label is accounted for.
labels-count = { $issued } issued: { $used } used, { $spoiled } spoiled, { $returned } returned, { $missing } missing
labels-reported = Reported; quality decides
labels-spoiled = Found, destroyed
labels-spoiled-means = It is in front of me and was made unusable.
labels-returned = Found, given back
labels-returned-means = It was handed in unused.
labels-missing = It cannot be found
labels-missing-means = A nonconformity is opened; quality decides.
labels-accept = Accept the difference
labels-accept-means = Quality signs, with a reason, that it is lost.
reason-title-label-accept = Accept that it is lost: why?
labels-close = Close the report
labels-close-means = Quality signs that it was found and nothing else is to be done.
reason-label-lost = The label cannot be found
reason-not-printed = No label came out
reason-label-found = Found again
reason-label-searched = Line, bin and printer were searched; nothing found
reason-label-destroyed-unseen = Destroyed at the line without a record
fact-state = State
reason-records-incomplete = The records are incomplete
reason-requirements-not-met = Requirements are not met
reason-lot-damaged = The lot is damaged

## Signing
accountability-title = Before your first signature
accountability-accepted = Accepted. Now enter your secret again to sign.
sign-title-step = Sign
sign-title-disposition = Sign the disposition
sign-title-release = Sign the decision on the lot
sign-title-unlock = Unlock a person
ask-badge = Scan your badge ({ $role }).
ask-secret-sign = Enter your secret to sign.
ask-secret-accept = Enter your secret to accept.
signed-by = Signed by { $name }.
signed-not-counted = The signature is recorded, but it does not count.
sign-stale = Something was recorded meanwhile. Read it again, then sign.
sign-text-step =
    Meaning: { $meaning }
    Job order { $job }, lot { $lot }, { $product }
    { $operation }: { $step }
    I sign for { $count } records, refused and repeated ones too.
    Digest of the records: { $root }
sign-text-disposition =
    Meaning: { $meaning }
    Job order { $job }, lot { $lot }, { $product }
    Nonconformity { $ref }: { $what }
    Disposition: { $disposition }
    Reason: { $reason }
sign-text-release =
    Meaning: { $meaning }
    Job order { $job }, lot { $lot }, { $product }
    Units: { $units }
    I have judged { $count } records.
    Digest of the records: { $root }
sign-text-reason = Reason: { $reason }
sign-text-unlock =
    Unlock { $name } ({ $id }) at this station.
    I know who asks for it: the person stands before me.

## Overview and release
overview-title = Lot overview
release-title = Release decision
release-ready = Nothing stands against release.
release-waits = Not yet
release-waits-why = The server must be online and have accepted every record.
release-asks = Asking the server what it knows of this lot.
release-at-console = The server does not agree with this station. See the open points; quality releases at the console.
server-no-answer = The server gave no answer ({ $code }). { $hint }
server-other-records = The server holds { $there } records of this job order, this station { $here }: not the same. Those of other stations are seen at the console only; release there.
server-not-ready = The server does not call the lot ready, and gave no reason.
server-reason-unknown = The server has a reason this terminal has no words for: { $said }.
open-points = Open points: { $n }.
next-step = Next: { $step }.
next-quality = Next: quality signs in and decides on the release.
next-release = Next: Release …
next-decide = Next: release or reject, then sign.
next-job = Next: the work list.
rows-first = Look at these first
rows-first-none = Nothing refused, repeated, typed or corrected
rows-lot = Whole lot
rows-cut = Older good records not shown here; the batch record has them
rows-dated = { $days } · times { $zone }
row-repeated = repeated
row-typed = typed
row-unread = This record cannot be read here.
row-recovered = Answers again.
row-unexpected = not asked for
kind-unread = Unreadable record
kind-operation-started = Operation started
kind-lot-identified = Lot scanned
kind-code-unexpected = Unexpected code
kind-material-consumed = Material taken
kind-measurement-taken = Measured
kind-inspected = Inspected
kind-confirmed = Confirmed
kind-label-printed = Label printed
kind-label-read = Label read
kind-label-result = Printer's answer
kind-label-accounted = Label accounted for
kind-material-produced = Unit made
kind-nonconformity-raised = Nonconformity
kind-disposition-decided = Disposition
kind-corrected = Corrected
kind-signed = Signed
kind-release-decided = Decision
kind-hold-placed = Hold placed
kind-hold-lifted = Hold lifted
kind-instrument-faulted = Instrument
kind-instrument-checked = Instrument checked
kind-session-opened = Signed in
kind-session-closed = Signed out
kind-session-refused = Refused
kind-lock-lifted = Unlocked
kind-accountability-accepted = Accountability

## Waiting and trouble
waiting-saving = Saving …
waiting-server = Asking the server …
waiting-key = Checking badge and secret …
waiting-photo = Waiting for the camera …
waiting-printer = Printing …
not-saved = NOT saved ({ $code })
starting-title = Lotbook
starting = Starting
starting-line = Opening the records of this station.
no-pack-title = No work documents
no-pack = Waiting for the server
no-pack-line = This station has not received its work documents yet. It asks the server by itself; nothing needs to be done.
no-pack-offline = The server cannot be reached now. If this lasts, check the network cable and call the administrator.
no-pack-unreadable = The work documents kept here cannot be read, so no work can be done. Call the administrator: new ones must be issued on the server; this station fetches them by itself. Everything recorded is kept.
rescue-title = This terminal cannot work
rescue = Stopped
rescue-saved = Everything shown as saved is still there.
rescue-kept = Nothing was overwritten. What can still be read can be exported.
export-how = To take the records away: plug in a medium, then touch Export records.
export-runs = Writing to the medium. Do not pull it out.
export-done = { $n } records were written to { $folder }. Give the medium to the administrator.
fact-lots = Lots
fact-unsent = Not sent yet
unsent-of = { $n } of { $m } records
fact-photos = Photos
photos-unsent = { $n } not sent yet
unsent-counting = counting …
unsent-unknown = cannot be counted: { $code }
fact-newest = Newest
fact-unreadable = Cannot be read
and-more = and { $n } more
crash-title = Lotbook has a fault
crash = Fault in the program
crash-saved = Your work is saved.
crash-now = Read the code to your administrator. The screen comes back by itself in a few seconds.

## Help
help-title = Help
help-about = Help: { $title }
help-right = Like this
help-right-scan = Right: flat, the whole code in the beam
help-wrong-scan = Wrong: creased, or too close
help-right-balance = Right: in the middle, out of the draught
help-wrong-balance = Wrong: at the edge, in the draught
help-right-caliper = Right: jaws only touch the tube
help-wrong-caliper = Wrong: jaws squeeze the tube
help-scanner = No touch? Scan the small code on a button, or the digits on the command sheet.
help-any = Read the left side, do what it says, answer on the right.
help-sign-in =
    Hold your badge under the scanner. Use only your own badge.
    Enter your secret and touch OK. Dots are shown, not digits.
    After five wrong tries you are locked out.
help-work-list = Touch the job order you work on. The station opens it where it stopped last time.
help-step-confirm = Look, then answer Yes only if it is true. No stops the step and calls the supervisor.
help-step-identify =
    Scan the code on the lot you use. The station checks item, expiry, status and quantity.
    A refused lot is kept in the record. Set it aside and scan another one.
help-step-measure =
    Wait until the value is settled, then touch Take reading, or press the data key.
    Every reading offered is recorded, good or bad.
help-step-inspect = Take the photo if asked, then judge: Pass or Fail. Fail stops the step.
help-step-label = Print one label, stick it on, scan it where it sticks. One label, one unit.
help-labels = Every label issued is on a unit, destroyed, or given back. Say where this one is; if it cannot be found, quality decides.
help-step-sign = The person named signs here, not who did the work. Look at the overview first.
help-blocked = The station says what rule stops you, who can lift it, and what you can do meanwhile. What you offered is kept.
help-nonconformity = The supervisor chooses what is done, gives the reason and signs.
help-reason = Touch the reason that is true. It goes into the record.
help-accountability = Read it. With your secret you accept that your signature here binds you like one on paper.
help-sign =
    Read the text: it is exactly what you sign.
    First signature: badge and secret. Later ones: the secret.
help-overview = All records of the lot, the refused ones too, and what is still open.
help-release = Quality decides here. Release is possible when nothing is open, and the server has every record and agrees. What only the server knows is decided at the console.
help-starting = The terminal starts. Wait a moment.
help-rescue = The terminal cannot record. Call the administrator and read out the code.
help-no-pack = The server sends the work documents as soon as it can be reached.
help-rig =
    Every instrument of this station: how it does, what it says now, its calibration, where it is plugged in.
    Touch a card to check the instrument; it takes less than a minute. Your step waits under this page.
help-check = Do what it says. The station judges and moves on by itself. What came of it is recorded with your name, also when it is not good.

## Instruments
rig-title = Instruments
rig-title-check = Instruments: touch one to check it
rig-empty = This station has no instruments.
fact-last-frame = Last sent
fact-calibration = Calibration
fact-capability = Capability
not-capable = Not enough for these limits
fact-port = Port
fact-checked = Last check
checked-pass = good, { $at }, { $person }
checked-fail = not good, { $at }, { $person }
checked-left = not finished, { $at }, { $person }
check-title = Check: { $instrument }
check-where = Step { $n } of { $m }
expected-check = Good is
check-waits = { $state } · { $n } s left
check-empty = Take everything off. Wait until it shows zero.
check-load = Put the known weight in the middle.
check-cleared = Take the weight off.
check-closed = Clean the jaws. Close them. Press the data key.
check-piece = Measure the gauge block. Press the data key.
check-fresh = Let it measure once.
check-scan = Scan code { $key } of the test card ({ $name }).
check-picture = Wait for a picture. Is it sharp, bright, of the right place?
check-print = Wait for the test label.
check-label = Scan the test label, then throw it away.
check-expects-empty = Zero
check-expects-load = A load is read
check-expects-cleared = Zero again
check-expects-closed = Zero
check-expects-piece = The gauge block is read
check-expects-fresh = A fresh value
check-expects-scan = The card is read
check-expects-picture = A fresh picture
check-expects-print = It prints
check-expects-label = The label reads as printed
check-expects-known = { $load } { $unit }
check-passed = Recorded with your name.
check-not-kept = Nobody is signed in: the check was not recorded.
check-step-pass = good
check-step-fail = not good
check-why-not-zero = It does not show zero. Clean it, set it to zero, check again. If it stays: use another one and call your supervisor.
check-why-not-as-expected = It does not show what it should. Do not use it. Call your supervisor.
check-why-too-late = Nothing came for a minute. Check again, or use another one.
check-why-person = You said that it cannot be done. Use another one and call your supervisor.
check-why-other = The instrument says: { $code }. Use another one and call your supervisor.

## Cards
card-command-sheet = Command sheet
card-digits = Digits
card-actions = Actions
