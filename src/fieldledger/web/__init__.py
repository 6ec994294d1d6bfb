"""The shared look of all pages: layout, assets, headers, forms, errors. Knows nothing of the engine or the desk."""
