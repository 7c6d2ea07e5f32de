"""The customer's account: entered with a code or a passkey, and everything in it private to who is signed in."""
