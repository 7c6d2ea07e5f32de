"""Reading what other machines post to us: is it theirs, and what does it say in our own words?"""
