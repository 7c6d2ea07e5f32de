"""The demo group: two dealerships with their people, menu, history and coming weeks.

Everything is invented and drawn from fixed seeds, with dates relative to today. What a running site would
take capacity for is booked by the same action that customers use.
"""

GROUP_SLUG = "groupe-boreal"
