"""The tour: the main path of one examinee, walked by HTTP and websocket as real clients would."""
