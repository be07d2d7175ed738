"""Result tables: their cells and addresses, claims, disclosure, workbooks."""
