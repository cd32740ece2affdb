"""What the project measures its reliability and security by: each line is a test or a command that can fail.

    make scoreboard        everything at full size, into docs/scoreboard.md

`make test` runs the same tests at a small size.
"""
