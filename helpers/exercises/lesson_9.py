"""Checkers of lesson 9: densities that are known up to a factor."""
