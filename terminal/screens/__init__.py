"""terminal/screens"""
