"""What teachers and their programs grade with: categories, line items, results, scales."""
