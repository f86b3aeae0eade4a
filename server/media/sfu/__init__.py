"""The forwarding unit: sends each participant's packets on to those who may have them, undecoded.

`stun`, `sdp`, `rtp`, `rtcp` read and write what goes over the line, `streams` decides what becomes of a
packet; none of them waits for anything. `peer` and `unit` hold the keys and the socket.
"""
