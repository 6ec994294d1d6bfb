"""The shared look and manners of all pages and APIs: layout, assets, security headers, CSRF, filters, problems.

It imports nothing of ours, and it knows no record, no company and no store: those come in from outside.
"""
