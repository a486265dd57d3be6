"""Queues (SQS) and the rules that send events to them (EventBridge)."""
