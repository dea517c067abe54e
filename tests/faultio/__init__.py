"""Makes a process's own file calls fail, stop or be recorded, at any call we like."""
