"""What a template means: Jinja's syntax, evaluated here.

Jinja parses a template; each step of its tree is done by a function of this folder. Nothing else can be done by a
template, and what it makes is counted: whatever it says and whatever a caller sent, it ends soon, in a text or in an
error, and needs little memory.

What has no value for a callback is nothing (`None`), and stays nothing in a filter, a method, a part or a sum.
"""
