"""Writes the golden files: what a real Celery puts on the wire for a table of calls.

Run it once with the Python of each peer version that is to be compared with:

    <venv>/bin/python golden.py <directory celery-java/src/test/resources/wire>

Each format has a folder, each file in it carries the version that wrote it. A case holds its input in
a form that a test in another language can rebuild ("value": JSON with tagged special types) and the
text or structure that Celery made of it. Times and ids are fixed.
"""
import base64
import datetime as dt
import decimal
import json
import math
import pathlib
import random
import re
import struct
import sys
import uuid

import celery
from celery import Celery, chain, chord, group, signature
from celery.utils.saferepr import saferepr

UTC = dt.timezone.utc
NOW = dt.datetime(2030, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
VERSION = celery.__version__


def tagged(value):
    """A value as JSON that keeps what JSON has no type for."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        for unit in (value[:1], value[:2], value[:5], value[:19]):
            if len(value) > 100 and value == unit * (len(value) // len(unit)):
                return {'$repeat': [unit, len(value) // len(unit)]}
        return value
    if isinstance(value, int):
        return value if -2 ** 31 <= value < 2 ** 31 else {'$int': str(value)}
    if isinstance(value, float):
        return {'$float': repr(value)}
    if isinstance(value, tuple):
        return {'$tuple': [tagged(v) for v in value]}
    if isinstance(value, list):
        return [tagged(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return {'$set': [tagged(v) for v in value]}
    if isinstance(value, dict):
        if all(isinstance(k, str) and not k.startswith('$') for k in value):
            return {k: tagged(v) for k, v in value.items()}
        return {'$map': [[tagged(k), tagged(v)] for k, v in value.items()]}
    if isinstance(value, bytes):
        return {'$bytes': base64.b64encode(value).decode()}
    if isinstance(value, decimal.Decimal):
        return {'$decimal': str(value)}
    if isinstance(value, uuid.UUID):
        return {'$uuid': str(value)}
    if isinstance(value, dt.datetime):
        return {'$datetime': value.isoformat()}
    if isinstance(value, dt.date):
        return {'$date': value.isoformat()}
    if isinstance(value, dt.time):
        return {'$time': value.isoformat()}
    if isinstance(value, dt.timedelta):
        days = value.days * 86400 + value.seconds
        return {'$delta': [days, value.microseconds]}
    raise TypeError(type(value))


def write(root, folder, content):
    path = root / folder
    path.mkdir(parents=True, exist_ok=True)
    lines = [f'{{"celery": "{VERSION}"']
    for name, cases in content.items():
        lines.append(f',\n"{name}": [\n' + ',\n'.join(json.dumps(c) for c in cases) + ']')
    (path / f'celery-{VERSION}.json').write_text(''.join(lines) + '}\n')


# -- reprs

def repr_values():
    yield from [
        None, True, False, 0, 1, -7, 2 ** 31, 2 ** 63, -10 ** 40, 0.0, -0.0, 1.0, 1.5, -2.25, 0.1,
        1e16, 9007199254740993.0, 1e15, 123456789012345680.0, 1e100, 1.5e-7, 0.0001, 0.00001, 5e-324,
        2.2250738585072014e-308, 1.7976931348623157e308, 2e23, 1e23, 2.0 ** -44, 1 / 3, math.pi,
        100.0, 1e22, 4.35, 2.675, 9.5e-323, float('inf'), float('-inf'), float('nan'),
        '', 'a', "it's", '"double"', "'", "''", '\\', 'a\\\'b', 'a\nb\tc', '\x00\x7f', 'äöü', '日本語',
        '😀', 'a😀b', '\u2028', b'', b'abc', b"it's", b'\xff\xfe', 'é'.encode(), b'\x00', b'"',
        decimal.Decimal('1.5'), decimal.Decimal('1E+3'), decimal.Decimal('0E-10'),
        decimal.Decimal('-1.50'), decimal.Decimal('123456789.123456789'), decimal.Decimal('1E-7'),
        decimal.Decimal('0.000001'), uuid.UUID(int=0x1234567890abcdef1234567890abcdef),
        dt.datetime(2024, 1, 2), dt.datetime(2024, 1, 2, 3, 4), dt.datetime(2024, 1, 2, 3, 4, 5),
        dt.datetime(2024, 1, 2, 3, 4, 5, 678), dt.datetime(2024, 1, 2, 0, 0, 0, 678),
        dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), dt.datetime(1, 1, 1, tzinfo=UTC),
        dt.datetime(2024, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
        dt.datetime(2024, 1, 2, tzinfo=dt.timezone(-dt.timedelta(hours=3))),
        dt.date(2024, 1, 2), dt.time(1, 2), dt.time(1, 2, 3), dt.time(1, 2, 3, 4), dt.time(0, 0),
        dt.timedelta(days=1), dt.timedelta(0), dt.timedelta(seconds=90, microseconds=5),
        dt.timedelta(seconds=-1), dt.timedelta(days=-2, hours=3), dt.timedelta(milliseconds=1),
        [], (), {}, set(), [1], (1,), {1}, [1, 2], (1, 2), {'a': 1}, [None, True, 'x', 1.5],
        [[]], [()], [{}], [set()], [[[]]], [[[[]]]], [[[[1]]]], (((((1,),),),),), [[[[[[1]]]]]],
        {'a': {'b': {'c': {'d': 1}}}}, {'a': [{'b': (1, 2)}]}, ([1, [2, [3, [4]]]],), [[[()]]], [[[set()]]],
        [[[(1,)]]], [[[{1}]]], [[[{'a': 1}]]], [[['a', b'b', None, [1, 2]]]],
        {1: 'a', None: 'b', True: 'c', (1, 2): 'd', 'e': 'f'}, {(((1,),),): {(((2,),),): 3}},
        {"it's": "it's"}, {b'k': b'v'}, {1.0: 2}, [b'\xff', {'\xff': 1}], {'': ''},
        {'list': [1, 2, 3], 'nested': {'deep': {'deeper': {'deepest': 1}}}},
    ]
    yield from [
        'x' * 1023, 'x' * 1024, 'x' * 1025, 'x ' * 600, 'word ' * 1000, "'" * 1500, '😀' * 1024, '😀' * 1023,
        '😀 ' * 700, b'x' * 1024, b'x' * 1025, b'\xff' * 2000, 'é'.encode() * 600, 10 ** 1100,
        list(range(500)), tuple(range(500)), {str(i): i for i in range(300)}, set(range(3)),
        ['word'] * 300, ['two words'] * 200, ('x' * 1000, 'y' * 100, 'z'), ('x' * 1020,), ('x' * 1021,),
        ('x' * 1022,), ('x' * 1023,), ('x' * 1019, 1), ('x' * 1018, 1), [['x' * 1020]], [[['x' * 1018]], 1],
        [[['x' * 2000]]], [[['x' * 1015], 'y'], 'z'], {'k': 'x' * 2000}, {'k': {'k': {'k': 'x' * 2000}}},
        {'x' * 2000: 1}, {'x' * 1010: 'y' * 100, 'z': 1}, {'x' * 1021: 1}, {'x' * 1019: 1}, {'x' * 1018: 1},
        {('x' * 600,): ('y' * 600,)}, [('x' * 500,), ('y' * 500,), ('z' * 500,)], [[1] * 400, [2] * 400],
        [[[1] * 100] * 3] * 5, [[[['x' * 2000]]]], [[], [], ['x' * 1010], [], []], ['x' * 1016, [], []],
        ['x' * 1017, [[]], [1]], ['x' * 1018, {}, 2], ['x' * 1019, set(), 2], ['x' * 1020, [1]],
        ['x' * 1015, [[[[1]]]], 2], ['x' * 1012, [[[[1]]]]], ['x' * 1010, {'a': {'b': 1}}, 3],
        {'a': 'x' * 1014, 'b': [1, 2]}, {'a': 'x' * 1009, 'b': [1, 2]}, {'a': 'x' * 1012, 'b': {}},
        ['one two three four ' * 60], [1.5] * 300, [None] * 300, [decimal.Decimal('1.25')] * 100,
        [dt.date(2024, 1, 2)] * 100, ['😀' * 10] * 120, [b'x' * 10] * 120,
    ]
    # A generated part: the same each time.
    rnd = random.Random(20300102)
    for _ in range(220):
        yield random_value(rnd, 5, [rnd.choice([5, 20, 60])])


def only_lists(value, inside=False):
    """Lists in place of tuples but at the top: other languages have no tuples inside."""
    if isinstance(value, (list, tuple)):
        items = [only_lists(v, True) for v in value]
        return tuple(items) if isinstance(value, tuple) and not inside else items
    if isinstance(value, dict):
        return {k: only_lists(v, True) for k, v in value.items() if not isinstance(k, tuple)}
    return value


def random_value(rnd, depth, left):
    """A value of about as many parts as are left."""
    left[0] -= 1
    kind = rnd.randint(0, 13) if depth > 0 and left[0] > 0 else rnd.randint(0, 8)
    if kind == 0:
        return rnd.choice([None, True, False])
    if kind == 1:
        return rnd.randint(-10 ** 6, 10 ** 6)
    if kind == 2:
        return rnd.choice([rnd.random(), rnd.uniform(-1e20, 1e20), rnd.random() * 10 ** rnd.randint(-300, 300)])
    if kind <= 5:
        letters = 'ab c\'"\\\nü日😀'
        return ''.join(rnd.choice(letters) for _ in range(rnd.choice([0, 1, 5, 20])))
    if kind == 6:
        return bytes(rnd.choice(b"ab 'c") for _ in range(rnd.randint(0, 9)))
    if kind == 7:
        return rnd.randbytes(rnd.randint(0, 5))
    if kind == 8:
        return dt.datetime(2024, rnd.randint(1, 12), rnd.randint(1, 28), rnd.randint(0, 23))
    items = [random_value(rnd, depth - 1, left) for _ in range(rnd.randint(0, max(1, left[0] // 2)))]
    if kind in (9, 10):
        return items
    if kind == 11:
        return tuple(items)
    return {rnd.choice(['k', "k'", 'key %d' % i, 'ключ']) + str(i): v for i, v in enumerate(items)}


def write_reprs(root):
    cases = []
    for value in map(only_lists, repr_values()):
        texts = {}
        for maxlen, levels in ((1024, 3), (1024, 1), (1024, 0), (40, 3), (7, 3), (7, 1)):
            text = saferepr(value, maxlen, levels)
            if text not in [t['text'] for t in texts.values()]:
                texts[maxlen, levels] = {'maxlen': maxlen, 'maxlevels': levels, 'text': text}
        cases.append({'value': tagged(value), 'texts': list(texts.values())})
    literals = [{'value': tagged(v), 'text': repr(v)} for v in [
        '', "it's", '"', '\'"', '\\', '\n\r\t\x00\x7f\xa0', 'é', '\u200b\u2028', '😀', '\U000e0001', b'\xff\'', b'"\'',
        ['a', ("b'",), {'c': None}], 1.5, 'x' * 3000, [[[[[[1]]]]]], {'a': {1: True}}]]
    rnd = random.Random(20300102)
    floats = [2.0 ** n for n in range(-1074, 1024, 9)]
    floats += [struct.unpack('<d', rnd.randbytes(8))[0] for _ in range(300)]
    floats = [{'bits': str(struct.unpack('<q', struct.pack('<d', f))[0]), 'text': repr(f)} for f in floats]
    write(root, 'repr', {'saferepr': cases, 'repr': literals, 'floats': floats})


# -- times

def write_times(root):
    out = []
    for zone in ('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York', 'Pacific/Auckland'):
        app = Celery('golden', set_as_current=False)
        app.conf.timezone = zone
        for second in (0, 1, 951782400, 1711846799, 1711846800, 1729989000, 1893553445, 253402200000):
            for micro in (0, 1, 500000, 999999):
                moment = (dt.datetime.fromtimestamp(second, UTC) + dt.timedelta(microseconds=micro))
                tz = app.timezone
                text = moment.astimezone(tz).isoformat()
                out.append({'epoch': second, 'micro': micro, 'zone': zone, 'text': text})
    from celery.utils.time import maybe_iso8601, maybe_make_aware
    read = []
    for text in (
            '2024-01-02T03:04:05', '2024-01-02T03:04:05Z', '2024-01-02T03:04:05+00:00',
            '2024-01-02T03:04:05.123456+05:30', '2024-01-02T03:04:05.123456-03:00', '2024-01-02 03:04:05',
            '2024-01-02T03:04:05.5', '2024-01-02T03:04:05,5', '2024-01-02T03:04:05.1234567',
            '2024-01-02T03:04:05+0530', '2024-01-02T03:04:05+05', '2024-01-02T03:04', '2024-01-02T03',
            '2024-01-02', '2024-01', '2024', '20240102', '20240102T030405', '20240102T030405.25Z', '2024-W01',
            '2024-W01-3', '2024W013', '2020-W53-7', '2024-01-02T24:00', '2024-01-02T24:00:00Z',
            '', 'now', '12', '2024-13-01', '2024-02-30', '2024-01-02T25:00', '2024-01-02T24:01',
            '2024-01-02T03:60', '2024-W54', '2024-01-02T03:04:05.', '2024-01-02T03:04:05 UTC', '202401',
            '2024-01-02T', '2024-01-02T03:04:05+5', '1700000000', '2024-01-02T03:04:05+25:00', ' 2024-01-02'):
        try:
            value = maybe_make_aware(maybe_iso8601(text)) if text else None
            epoch = value and str(round(decimal.Decimal(value.timestamp()), 6))
        except Exception:
            epoch = None
        read.append({'text': text, 'epoch': epoch})
    write(root, 'time', {'write': out, 'read': read})


# -- task messages

def calls():
    """Arguments of Python's as_task_v2 and as_task_v1 by the name of the case."""
    sig = {'task': 'proj.next', 'args': [4], 'kwargs': {'x': 1}, 'options': {'task_id': 'cb-1'},
           'subtask_type': None, 'immutable': False}
    berlin = dt.timezone(dt.timedelta(hours=1))
    return {
        'bare': {},
        'positional': {'args': (2, 3)},
        'keyword': {'kwargs': {'x': 1, 'y': 'two'}},
        'both': {'args': (1, 'a'), 'kwargs': {'flag': True}},
        'list of arguments': {'args': [1, 2]},
        'empty list': {'args': []},
        'every type of JSON': {'args': (None, True, False, 0, -1, 1.5, '', 'text', [], [1, [2]], {}, {'a': {'b': [None]}})},
        'dates': {'args': (dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), dt.date(2024, 1, 2), dt.time(1, 2, 3))},
        'uuid': {'args': (uuid.UUID(int=1),), 'kwargs': {'id': uuid.UUID(int=2)}},
        'decimal': {'args': (decimal.Decimal('1.50'),)},
        'bytes': {'args': (b'abc', b'\xff\x00')},
        'big integers': {'args': (2 ** 31, 2 ** 63, -2 ** 80)},
        'unicode': {'args': ('äöü', '日本語', '😀', "it's"), 'kwargs': {'ключ': 'значение'}},
        'long arguments': {'args': ('x' * 3000, 1), 'kwargs': {'y': 'word ' * 500}},
        'deep arguments': {'args': ([[[[1]]]],), 'kwargs': {'a': {'b': {'c': {'d': 1}}}}},
        'countdown': {'countdown': 10, 'now': NOW},
        'countdown with a fraction': {'countdown': 0.25, 'now': NOW},
        'eta': {'eta': dt.datetime(2030, 1, 1, 0, 0, 10, 500000, tzinfo=UTC)},
        'eta without a fraction': {'eta': dt.datetime(2030, 1, 1, tzinfo=UTC)},
        'eta elsewhere': {'eta': dt.datetime(2030, 1, 1, 12, tzinfo=berlin)},
        'expires': {'expires': dt.datetime(2030, 1, 1, tzinfo=UTC)},
        'expires in seconds': {'expires': 60, 'now': NOW},
        'retries': {'args': [1], 'retries': 3},
        'link': {'callbacks': [sig]},
        'link_error': {'errbacks': [sig, sig]},
        'chain': {'chain': [dict(sig, task='proj.last'), sig]},
        'chord': {'chord': sig, 'group_id': 'g-1', 'group_index': 2},
        'group': {'group_id': 'g-1', 'group_index': 0},
        'workflow': {'root_id': 'root-1', 'parent_id': 'parent-1'},
        'empty root': {'root_id': ''},
        'shadow': {'shadow': 'shown as this'},
        'both limits': {'time_limit': 60, 'soft_time_limit': 50},
        'hard limit': {'time_limit': 60},
        'soft limit': {'soft_time_limit': 1.5},
        'ignore_result': {'ignore_result': True},
        'reply_to': {'reply_to': 'reply-queue'},
        'origin': {'origin': 'gen7@elsewhere'},
        'given reprs': {'args': ('secret',), 'argsrepr': '(***)', 'kwargsrepr': '{}'},
        'replaced': {'replaced_task_nesting': 2},
        'stamps': {'stamped_headers': ['tenant', 'batch'], 'tenant': 'a', 'batch': [1, 2]},
        'no stamps': {'stamped_headers': []},
    }


def as_json(app, value):
    """What a peer decodes, before it looks at tagged types."""
    from kombu.serialization import dumps
    return json.loads(dumps(value, serializer='json')[2])


def write_tasks(root):
    app = Celery('golden', broker='memory://', set_as_current=False)
    v2, v1 = [], []
    for name, options in calls().items():
        if VERSION < '5.3' and {'replaced_task_nesting', 'stamped_headers'} & set(options):
            continue
        message = app.amqp.as_task_v2('id-1', 'proj.add', **options)
        v2.append(case(app, name, options, message))
        # Version 1 takes what it has no place for, and forgets it.
        only_v2 = {'chain', 'origin', 'argsrepr', 'kwargsrepr', 'ignore_result', 'replaced_task_nesting',
                   'stamped_headers', 'tenant', 'batch'}
        if not only_v2 & set(options):
            v1.append(case(app, name, options, app.amqp.as_task_v1('id-1', 'proj.add', **options)))
    write(root, 'task-v2', {'cases': v2})
    write(root, 'task-v1', {'cases': v1})


UUID = re.compile(r'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def steady(value, names):
    """The same value on each run: ids by the order they appear in, one origin, one clock."""
    if isinstance(value, str):
        return UUID.sub(lambda m: names.setdefault(m[0], f'id-{len(names) + 1}'), value)
    if isinstance(value, (list, tuple)):
        return [steady(v, names) for v in value]
    if isinstance(value, dict):
        fixed = {'origin': 'gen1@here', 'delivery_tag': None}
        return {k: fixed.get(k, steady(v, names)) for k, v in value.items()}
    return value


def case(app, name, options, message):
    headers, properties, body, _ = message
    if headers and 'origin' not in options:
        headers['origin'] = 'gen1@here'
    given = {k: tagged(v) for k, v in options.items() if k != 'now'}
    try:
        encoded = as_json(app, body)
    except Exception:
        encoded = None  # This release cannot encode it.
    return {'name': name, 'call': given, 'headers': headers, 'properties': properties, 'body': encoded}


def write_published(root):
    """Whole messages, as a program's own calls put them into a queue."""
    app = Celery('golden', broker='memory://golden', backend='cache+memory://', set_as_current=False)

    @app.task(name='proj.add')
    def add(x=0, y=0):
        return x + y

    def add_(*args):
        return add.s(*args)

    sent = {
        'headers': lambda: add.apply_async((1, 2), headers={'trace': 'abc', 'n': 1}),
        'priority': lambda: add.apply_async((1, 2), priority=5),
        'link and error': lambda: add.apply_async((1,), link=add_(2), link_error=add_(3)),
        'expires': lambda: add.apply_async((1,), expires=3600),
        'chain': lambda: chain(add_(1, 2), add_(3), add_(4)).apply_async(),
        'group': lambda: group(add_(1, 2), add_(3, 4)).apply_async(),
        'chord': lambda: chord([add_(1, 2), add_(3, 4)], signature('proj.sum', app=app)).apply_async(),
    }
    cases, names = [], {}
    app.now = lambda: NOW
    for protocol in (2, 1):
        app.conf.task_protocol = protocol
        app.amqp.__dict__.pop('create_task_message', None)
        for name, send in sent.items():
            with app.connection_for_write() as connection:
                connection.default_channel.queue_purge('celery') if cases else None
            send()
            with app.connection_for_write() as connection:
                channel = connection.default_channel
                while True:
                    message = channel.basic_get('celery', no_ack=True)
                    if message is None:
                        break
                    properties = {k: v for k, v in message.properties.items() if k != 'delivery_info'}
                    case = {'name': name, 'protocol': protocol, 'headers': message.headers,
                            'body': json.loads(message.body), 'properties': properties}
                    cases.append(steady(case, names))
    write(root, 'task-published', {'cases': cases})


def sends(sig):
    """Calls of an app by the name of the case: how it is called, with which arguments and options."""
    named, task, tuned = 'send_task', 'proj.plain', 'proj.tuned'
    chain_rest = [dict(sig, task='proj.last', options={'task_id': 'cb-2'}), sig]
    by_name = {
        'positional': {'args': (2, 3)},
        'keyword': {'kwargs': {'x': 1, 'y': 'two'}},
        'both': {'args': (1, 'ä'), 'kwargs': {'flag': True}},
        'countdown': {'countdown': 10},
        'countdown with a fraction': {'countdown': 0.25},
        'countdown of nothing': {'countdown': 0, 'eta': dt.datetime(2030, 5, 1, tzinfo=UTC)},
        'countdown beats eta': {'countdown': 30, 'eta': dt.datetime(2031, 1, 1, tzinfo=UTC)},
        'eta': {'eta': dt.datetime(2031, 1, 1, 0, 0, 10, 500000, tzinfo=UTC)},
        'expires in seconds': {'expires': 60},
        'expires in part of a second': {'expires': 0.25},
        'expires': {'expires': dt.datetime(2030, 1, 2, 3, 5, 5, 678900, tzinfo=UTC)},
        'expired': {'expires': dt.datetime(2029, 1, 1, tzinfo=UTC)},
        'expired by seconds': {'expires': -5},
        'countdown and expires': {'countdown': 5, 'expires': 60},
        'priority': {'priority': 5},
        'queue': {'queue': 'other'},
        'routing key': {'routing_key': 'there'},
        'exchange': {'exchange': 'elsewhere'},
        'exchange and routing key': {'exchange': 'elsewhere', 'routing_key': 'there'},
        'queue, exchange and routing key': {'queue': 'other', 'exchange': 'elsewhere', 'routing_key': 'there'},
        'queue of a topic exchange': {'queue': 'topics'},
        'queue of a topic exchange and routing key': {'queue': 'topics', 'routing_key': 'a.c'},
        'delivery mode': {'delivery_mode': 1},
        'compression': {'args': ('x' * 200,), 'compression': 'gzip'},
        'headers': {'headers': {'trace': 'abc', 'n': 1, 'nothing': None}},
        'headers that win': {'headers': {'shadow': 'mine'}},
        'shadow': {'shadow': 'shown as this'},
        'given reprs': {'args': ('secret',), 'argsrepr': '(***)', 'kwargsrepr': '{}'},
        'link': {'link': sig},
        'links': {'link': [sig, dict(sig, immutable=True)]},
        'link_error': {'link_error': [sig]},
        'chain': {'chain': chain_rest},
        'group': {'group_id': 'g-1', 'group_index': 1},
        'chord': {'chord': sig, 'group_id': 'g-1', 'group_index': 0},
        'both limits': {'time_limit': 60, 'soft_time_limit': 50},
        'soft limit': {'soft_time_limit': 1.5},
        'retries': {'retries': 2},
        'ignored': {'ignore_result': True},
        'not ignored': {'ignore_result': False},
        'reply_to': {'reply_to': 'reply-queue'},
        'workflow': {'root_id': 'root-1', 'parent_id': 'parent-1'},
        'stamps': {'stamped_headers': ['tenant'], 'tenant': 'a'},
        'replaced': {'replaced_task_nesting': 2},
    }
    yield from ((name, named, 'proj.elsewhere', options) for name, options in by_name.items())
    yield 'registered', 'apply_async', task, {'args': (2, 3)}
    yield 'registered and ignored', 'apply_async', task, {'args': (2, 3), 'ignore_result': True}
    yield 'tuned', 'apply_async', tuned, {'args': (1,)}
    yield 'tuned by the call', 'apply_async', tuned, {
        'args': (1,), 'time_limit': 20, 'soft_time_limit': 10, 'priority': 1, 'queue': 'celery', 'ignore_result': False}
    if VERSION >= '5.7':  # Before, a call by name knew nothing of the task.
        yield 'tuned by name', named, tuned, {'args': (1,)}


# Version 1 has no place for these; "chain" is nested there, by whoever composes it.
NOT_IN_VERSION_1 = {'chain', 'argsrepr', 'stamped_headers', 'replaced_task_nesting'}


def write_sent(root):
    """Whole messages as an app publishes them, with what they were called with."""
    from kombu import Exchange, Queue
    app = Celery('golden', broker='memory://golden-sent', set_as_current=False)
    queues = [
        Queue('celery', Exchange('celery', 'direct'), 'celery'),
        Queue('other', Exchange('other', 'direct'), 'other'),
        Queue('topics', Exchange('topics', 'topic'), 'a.b'),
    ]
    listening = [
        Queue('elsewhere', Exchange('elsewhere', 'direct'), 'there'),
        Queue('all topics', Exchange('topics', 'topic'), 'a.*'),
    ]
    app.conf.task_queues = queues

    @app.task(name='proj.plain')
    def plain(x=0, y=0):
        return x + y

    @app.task(name='proj.tuned', queue='other', priority=3, time_limit=60, soft_time_limit=50, compression='zlib',
              ignore_result=True)
    def tuned(x):
        return x

    app.finalize()
    app.now = lambda: NOW
    sig = {'task': 'proj.next', 'args': [4], 'kwargs': {'x': 1}, 'options': {'task_id': 'cb-1'},
           'subtask_type': None, 'immutable': False}

    def send(how, task, options):
        given = dict(options)
        args, kwargs = given.pop('args', ()), given.pop('kwargs', {})
        for link in ('link', 'link_error', 'chord'):
            if isinstance(given.get(link), dict):
                given[link] = signature(given[link], app=app)
        if how == 'send_task':
            app.send_task(task, args, kwargs, task_id='id-1', **given)
        else:
            app.tasks[task].apply_async(args, kwargs, task_id='id-1', **given)

    def taken(channel):
        for name in [q.name for q in queues + listening]:
            message = channel.basic_get(name, no_ack=True)
            while message is not None:
                yield message
                message = channel.basic_get(name, no_ack=True)

    cases = []
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        for queue in queues + listening:
            queue(channel).declare()
        for protocol in (2, 1):
            app.conf.task_protocol = protocol
            app.amqp.__dict__.pop('create_task_message', None)
            for name, how, task, options in sends(sig):
                if protocol == 1 and NOT_IN_VERSION_1 & set(options):
                    continue
                if VERSION < '5.3' and {'stamped_headers', 'replaced_task_nesting'} & set(options):
                    continue
                send(how, task, options)
                message = list(taken(channel))[0]  # a message for two queues is there twice
                properties = dict(message.properties)
                body = message.body if isinstance(message.body, bytes) else message.body.encode()
                info = properties.pop('delivery_info')
                cases.append({
                    'name': name, 'protocol': protocol, 'how': how, 'task': task,
                    'call': {k: tagged(v) for k, v in options.items()},
                    'exchange': info['exchange'], 'routing_key': info['routing_key'],
                    'properties': steady_properties(properties),
                    'content_type': message.content_type, 'content_encoding': message.content_encoding,
                    'headers': steady(message.headers, {}), 'body': base64.b64encode(body).decode()})
    write(root, 'task-sent', {'cases': cases})


def steady_properties(properties):
    """What a peer sees of them, the thread's own name for replies replaced."""
    known = ('correlation_id', 'reply_to', 'delivery_mode', 'priority', 'expiration')
    kept = {k: v for k, v in properties.items() if k in known}
    return dict(kept, reply_to=UUID.sub('thread', kept['reply_to']))


# -- results

class OutOfStock(Exception):
    class Inner(Exception):
        pass


def write_results(root):
    import billiard.exceptions as billiard
    import celery.exceptions as exceptions
    from celery.result import AsyncResult, GroupResult
    app = Celery('golden', backend='cache+memory://', set_as_current=False)
    backend = app.backend
    errors = [
        ValueError('bad value'), KeyError('key'), TypeError("f() missing 1 required argument: 'y'"), IndexError('i'),
        ZeroDivisionError('division by zero'), RuntimeError(), RuntimeError('a', 1), NotImplementedError('n'),
        LookupError('l'), TimeoutError('t'), OSError(2, 'No such file'), FileNotFoundError('f'), Exception('plain'),
        exceptions.TaskRevokedError('revoked'), exceptions.NotRegistered('proj.unknown'),
        exceptions.ChordError('Dependency x raised ValueError()'), exceptions.MaxRetriesExceededError('too many'),
        exceptions.InvalidTaskError('invalid'), exceptions.Reject('reason', True), exceptions.Ignore(),
        exceptions.TimeoutError('slow'), billiard.SoftTimeLimitExceeded(), billiard.TimeLimitExceeded(10),
        billiard.WorkerLostError('Worker exited prematurely'), billiard.Terminated(15),
        OutOfStock('sku', 3), OutOfStock.Inner("it's"), OutOfStock(None, {'a': [1]}), OutOfStock(object),
    ]
    encoded = []
    for error in errors:
        data = backend.prepare_exception(error, 'json')
        encoded.append({'data': as_json(app, data), 'str': str(error), 'repr': repr(error)})

    def meta_of(*args):
        meta = backend._get_result_meta(*args)
        if meta['date_done'] and VERSION < '5.3':  # This release has a clock of its own.
            meta['date_done'] = NOW.replace(tzinfo=None).isoformat()
        return as_json(app, dict(meta, task_id='id-1'))

    app.now = lambda: NOW
    task = 'proj.add'
    child = AsyncResult('c1', app=app)
    grandchild = AsyncResult('c2', app=app, parent=child)
    requests = {
        'plain': {'id': 'id-1', 'task': task},
        'in a group': {'id': 'id-1', 'task': task, 'group': 'g-1', 'parent_id': 'p-1'},
        'with children': {'id': 'id-1', 'task': task, '_children': [child, grandchild, GroupResult('g', [child], app=app)]},
    }
    metas = []
    for name, values in requests.items():
        request = celery.app.task.Context(**values)
        for state, result, trace in (
                ('SUCCESS', 5, None), ('SUCCESS', None, None), ('SUCCESS', {'a': [1]}, None),
                ('FAILURE', ValueError('x'), 'Traceback …'), ('RETRY', KeyError('k'), 'Traceback …'),
                ('REVOKED', exceptions.TaskRevokedError('expired'), None),
                ('STARTED', {'pid': 7, 'hostname': 'w@h'}, None), ('PROGRESS', {'done': 3}, None)):
            meta = meta_of(backend.encode_result(result, state), state, trace, request)
            metas.append({'name': name, 'state': state, 'extended': False, 'meta': meta})
    app.conf.result_extended = True
    request = celery.app.task.Context(
        id='id-1', task=task, args=[1], kwargs={'y': 2}, hostname='w@h', retries=1,
        delivery_info={'routing_key': 'celery'}, stamps={'tenant': 'a'}, stamped_headers=['tenant'])
    meta = meta_of(5, 'SUCCESS', None, request)
    metas.append({'name': 'extended', 'state': 'SUCCESS', 'extended': True, 'meta': meta})
    trees = [as_json(app, r.as_tuple()) for r in (
        child, grandchild, GroupResult('g', [], app=app), GroupResult('g', [child, grandchild], app=app, parent=child))]
    write(root, 'result-meta', {'exceptions': encoded, 'metas': metas, 'trees': trees})


def main():
    root = pathlib.Path(sys.argv[1])
    write_reprs(root)
    write_times(root)
    write_tasks(root)
    write_published(root)
    write_sent(root)
    write_results(root)


if __name__ == '__main__':
    main()
