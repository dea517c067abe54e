"""The global Merkle log: leaves, checkpoints, proofs; the one door through which truth grows."""
