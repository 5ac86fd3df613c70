"""SIP and RTP of the softphone, and its clocks; what is said and what it means is the script's business."""
