"""Defences against card testing: thieves who try stolen cards on a form that takes five dollars."""
