"""The joint display: registered queries, the patterns expected of them, what people judged."""
