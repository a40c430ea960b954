"""What a valid form does that is posted nowhere."""
