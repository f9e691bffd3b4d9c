"""What is granted becomes money owed; what became of the payment comes back."""
