"""What in a year makes the timing awkward, by industry; said as a possibility, never as a fact.

Each is a noun in the singular, so that it fits every sentence."""

WORRIES: dict[str, tuple[str, ...]] = {
    "retail": ("the peak trading season", "the stock count", "the seasonal changeover"),
    "technology": ("a product launch", "a release date", "the roadmap review"),
    "software": ("a release freeze", "the next major release", "a customer migration"),
    "medical": ("an inspection", "the clinic schedule", "the compliance review"),
    "marketing": ("a campaign launch", "pitch season", "a client deadline"),
    "finance": ("quarter-end", "the audit", "the reporting calendar"),
    "entertainment": ("the event calendar", "a production deadline", "the opening of a season"),
    "telecommunications": ("a network freeze", "a planned migration", "the maintenance calendar"),
    "services": ("a client deadline", "the project calendar", "the busy season"),
    "employment": ("the hiring season", "the placement calendar", "the start of term"),
}
