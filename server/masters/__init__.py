"""Master data: materials, lots, instruments, work masters, job orders, and the WorkPacks."""
