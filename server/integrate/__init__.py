"""server/integrate"""
