import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeProc } from './fixtures/fake-proc.ts';
import { limits } from './limits.ts';
import { machineGauges, procFeatures } from './machine.ts';
import { Proc } from './proc.ts';

const files = {
	loadavg: '0.42 0.10 0.05 1/200 9999\n',
	meminfo:
		'MemTotal:       24684084 kB\nSlab:             124084 kB\nSReclaimable:     100392 kB\nSUnreclaim:        23692 kB\n',
	'net/sockstat':
		'sockets: used 12\nTCP: inuse 40 orphan 1 tw 17 alloc 44 mem 35\nUDP: inuse 3 mem 9\nFRAG: inuse 0 memory 0\n',
	'net/sockstat6': 'TCP6: inuse 2\nUDP6: inuse 0\n',
};

const slabinfo = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
tw_sock_TCP           32     32    256   16    1 : tunables    0    0    0 : slabdata      9      9      0
TCP                   52     52   2368   13    8 : tunables    0    0    0 : slabdata      4      4      0
sock_inode_cache      84     95    832   19    4 : tunables    0    0    0 : slabdata      5      5      0
filp                 504    504    192   21    1 : tunables    0    0    0 : slabdata     24     24      0
dentry             73332  73332    192   21    1 : tunables    0    0    0 : slabdata   3492   3492      0
eventpoll_epi        256    256    128   32    1 : tunables    0    0    0 : slabdata      8      8      0
`;

test('the caches of sockets and one entry each make up kernel memory', (t) => {
	const proc = new Proc(fakeProc(t, { ...files, slabinfo }));
	// TCP 4 × 32, inodes 5 × 16, files 24 × 4, epoll 8 × 4 KB, and 84 entries of 4/21 KB.
	assert.deepEqual(machineGauges(proc), {
		tcpMemKb: 140,
		slabKb: 128 + 80 + 96 + 32 + 16,
		tcpInUse: 42,
		tcpTimeWait: 17,
		loadAverage1: 0.42,
	});
	assert.deepEqual(procFeatures(proc), { processes: false, smapsRollup: false, slabInfo: true });
});

test('for others than root it is the unreclaimable slab memory', (t) => {
	const proc = new Proc(fakeProc(t, files));
	assert.equal(machineGauges(proc).slabKb, 23692);
	assert.equal(procFeatures(proc).slabInfo, false);
});

test('a machine without /proc has no figures', (t) => {
	assert.deepEqual(machineGauges(new Proc(fakeProc(t, {}))), {});
});

test('this machine has figures', { skip: process.platform === 'linux' ? false : 'no /proc' }, () => {
	const here = machineGauges();
	assert.ok((here.slabKb ?? 0) > 0 && (here.tcpInUse ?? -1) >= 0 && (here.loadAverage1 ?? -1) >= 0);
	assert.equal(procFeatures().processes, true);
});

test('limits are read, and assumed where they cannot be', (t) => {
	const proc = new Proc(
		fakeProc(t, {
			'self/limits':
				'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 unlimited            files     \n',
			'sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
		}),
	);
	assert.deepEqual(limits(proc), {
		fdLimit: { soft: 1024, hard: 1_048_576 },
		ephemeralPorts: 28_232,
		ephemeralRange: [32_768, 60_999],
	});
	const nothing = limits(new Proc(fakeProc(t, {})));
	assert.equal(nothing.fdLimit.soft, 10_240);
	assert.equal(nothing.ephemeralPorts, 16_384);
});
