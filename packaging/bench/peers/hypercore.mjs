// Hypercore replicating a signed log into a second copy over a local stream, both on disk.
import Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'

const [folder, count] = [process.argv[2], Number(process.argv[3])]
const source = new Hypercore(`${folder}/station`)
await source.ready()
for (let start = 0; start < count; start += 2000) {
  await source.append(Array.from({ length: Math.min(2000, count - start) }, () => randomBytes(1024)))
}
const target = new Hypercore(`${folder}/server`, source.key)
await target.ready()
const began = performance.now()
const left = source.replicate(true)
const right = target.replicate(false)
left.pipe(right).pipe(left)
await target.update({ wait: true })
await target.download({ start: 0, end: count }).done()
const seconds = (performance.now() - began) / 1000
if (!(await target.has(0, count))) throw new Error('not all arrived')
console.log(JSON.stringify({ records_per_s: Math.round(count / seconds) }))
process.exit(0)
