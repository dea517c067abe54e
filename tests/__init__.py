"""Tests: mirrors of the packages, and the contracts that hold the house together."""
