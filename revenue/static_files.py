"""Static files as they are served for real: hashed names, compressed, cached for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

FROM = (r"""(?P<matched>from\s*["'](?P<url>\./.*?)["'])""", 'from "%(url)s"')


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Our scripts import each other by their hashed names too."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (FROM,)))
