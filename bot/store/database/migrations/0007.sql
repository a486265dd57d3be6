UPDATE operations SET state = 'unknown' WHERE state = 'failed';
