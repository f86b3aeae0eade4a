"""Audio and video: the interface of the media plane, and what stands behind it."""
