"""server/console"""
