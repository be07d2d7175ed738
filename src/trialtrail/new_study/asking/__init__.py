"""What only people know: the candidates, their answers, and the designs that are refused."""
