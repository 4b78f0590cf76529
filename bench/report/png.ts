import { crc32, deflateSync } from 'node:zlib';
import type { Canvas } from '@napi-rs/canvas';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const bytesPerPixel = 3;

function chunk(type: string, data: Buffer): Buffer {
	const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc32(typed));
	return Buffer.concat([length, typed, sum]);
}

/** The rows of an opaque picture as red, green and blue, none of them filtered; undefined where something shines through. */
function opaqueRows(pixels: Uint8Array, width: number, height: number): Buffer | undefined {
	const rows = Buffer.alloc((width * bytesPerPixel + 1) * height);
	let [from, to] = [0, 0];
	for (let y = 0; y < height; y++) {
		to++;
		for (let x = 0; x < width; x++) {
			if (pixels[from + 3] !== 255) return undefined;
			rows[to++] = pixels[from++] ?? 0;
			rows[to++] = pixels[from++] ?? 0;
			rows[to++] = pixels[from++] ?? 0;
			from++;
		}
	}
	return rows;
}

/**
 * The picture on a canvas as PNG. The canvas’s own encoder writes an opacity that charts do not have, and filters rows, which is for
 * photographs: letters on a plain ground take a quarter less without either.
 */
export function pngOf(canvas: Canvas): Buffer {
	const { width, height } = canvas;
	const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
	const rows = opaqueRows(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength), width, height);
	if (!rows) return canvas.toBuffer('image/png');
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	// Eight bits for each of three colours.
	head.set([8, 2, 0, 0, 0], 8);
	const packed = deflateSync(rows, { level: 9 });
	return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
}
