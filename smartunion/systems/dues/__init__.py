"""Dues: what employers contribute to unions, who is behind, and the letters that remind them."""
