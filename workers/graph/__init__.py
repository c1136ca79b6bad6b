"""The symbol graph of a snapshot: what each name means.

What a file says is stored with its blob, so that the same commit gives the same graph however it
was come by, and a pull request's head costs what it changes. What a name means depends on the other
files, so it is worked out when somebody asks, and for as much as is asked: a question about one
name unpacks the blobs that have it, and those that they import.

Ambiguity stays: a name that may be several things has several targets, whose weights say how much
speaks for each.
"""
