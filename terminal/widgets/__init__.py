"""terminal/widgets"""
