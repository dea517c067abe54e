"""The store: truth tables that only grow, and projections that can be thrown away."""
