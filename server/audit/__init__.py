"""The audit trail of reads and exports: leaves of the same log as the records."""
