"""Where staff write: drafts, review, approval, publishing, and the pages for it."""
