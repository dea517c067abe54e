"""What leaves the house: the batch record as a PDF, and the evidence pack."""
