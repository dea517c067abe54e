"""devices/sim"""
