"""Stories of a person: setting, checking, changing and resetting the PIN, mail for sign-in."""
