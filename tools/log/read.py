# SPDX-License-Identifier: Apache-2.0
"""Reads logs with the reference implementation of MCAP and says what is wrong with them.

read.py FILE... : every record in order with all checks, then by the index, the two compared; JSON
messages must be JSON of the fields that their schema names.
"""
import json
import sys
from collections import Counter

from mcap.reader import make_reader
from mcap.records import Channel, Message, Schema
from mcap.stream_reader import StreamReader


def in_order(path):
    """Counts of messages by topic, as they stand in the file."""
    channels, schemas, counts, sequences = {}, {}, Counter(), {}
    with open(path, "rb") as file:
        for record in StreamReader(file, validate_crcs=True).records:
            if isinstance(record, Schema):
                schemas[record.id] = record
            elif isinstance(record, Channel):
                channels[record.id] = record
            elif isinstance(record, Message):
                channel = channels[record.channel_id]
                counts[channel.topic] += 1
                check_message(path, channel, schemas.get(channel.schema_id), record)
                last = sequences.get(record.channel_id, -1)
                if record.sequence <= last:
                    sys.exit(f"{path}: {channel.topic}: {record.sequence} after {last}")
                sequences[record.channel_id] = record.sequence
    return counts


def check_message(path, channel, schema, message):
    """JSON messages have the fields of their schema and no others."""
    if channel.message_encoding != "json":
        return
    fields = set(json.loads(schema.data)["properties"])
    found = set(json.loads(message.data))
    if not found - {"sequence"} <= fields or not found:
        sys.exit(f"{path}: {channel.topic}: {found ^ fields} are not as in {schema.name}")


def by_index(path):
    """The same counts, found from the file's end."""
    counts, times = Counter(), []
    with open(path, "rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        for _, channel, message in reader.iter_messages():
            counts[channel.topic] += 1
            times.append(message.log_time)
        attachments = [(item.name, len(item.data)) for item in reader.iter_attachments()]
        metadata = {item.name: item.metadata for item in reader.iter_metadata()}
    if times != sorted(times):
        sys.exit(f"{path}: the index does not bring messages in the order of their times")
    statistics = summary.statistics
    if statistics.message_count != len(times):
        sys.exit(f"{path}: {statistics.message_count} messages are stated, {len(times)} are there")
    if (statistics.message_start_time, statistics.message_end_time) != (min(times), max(times)):
        sys.exit(f"{path}: the times in the statistics are wrong")
    if statistics.chunk_count != len(summary.chunk_indexes):
        sys.exit(f"{path}: not every chunk is in the index")
    if statistics.attachment_count != len(attachments) or "recording" not in metadata:
        sys.exit(f"{path}: attachments or metadata are missing: {attachments} {metadata}")
    return counts


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: read.py FILE...")
    for path in sys.argv[1:]:
        first, second = in_order(path), by_index(path)
        if first != second:
            sys.exit(f"{path}: in order {first}, by the index {second}")
        print(f"{path}: {sum(first.values())} messages on {len(first)} topics, all checks right")


main()
