"""Rules of offers: words and moves, the draw, quotas, questions, who may. No database, no clock."""
