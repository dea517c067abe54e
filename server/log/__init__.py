"""The global Merkle log: leaves, checkpoints, proofs, and the one door through which truth grows."""
