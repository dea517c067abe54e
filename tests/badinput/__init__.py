"""Bad input: whatever comes in, a clear word goes out and no record is lost."""
