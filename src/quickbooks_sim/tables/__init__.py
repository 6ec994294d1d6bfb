"""Facts about qbXML as data: grammar of the requests, order of the answers, what refers to what.

Only data and the small readers of it; nothing here may touch a company file.
"""
