"""Pure rules of aid: who is in difficulty, what a claim gives, who draws a place."""
