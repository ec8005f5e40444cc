// A real Bluesky server (PDS) with its directory (PLC), on this machine only; its data vanish when it stops.
// usage: node bluesky-pds.cjs NODE_DIR [PDS_PORT] [PLC_PORT]      port 0: any free one
// Prints "READY <pds url> <plc url>". Stops on SIGTERM, and when its standard input closes (its parent is gone).
// PDS_EXTRA: JSON merged into the PDS settings, for example {"rateLimitsEnabled":true}.
'use strict'
const net = require('node:net')
const path = require('node:path')
const { createRequire } = require('node:module')

const [nodeDir, pdsPort = '0', plcPort = '0'] = process.argv.slice(2)

// The development kit listens on every interface of the machine; a test server must not.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  const callbacks = rest.filter((each) => typeof each === 'function')
  if (typeof first === 'number') return listen.call(this, first, '127.0.0.1', ...callbacks)
  if (first && typeof first === 'object' && 'port' in first) return listen.call(this, { ...first, host: '127.0.0.1' }, ...callbacks)
  return listen.call(this, first, ...rest)
}

// The kit's URLs name the port it was given, so "any free one" has to be settled before.
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject)
    probe.listen(0, () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

async function main() {
  const { TestNetworkNoAppView } = createRequire(path.resolve(nodeDir, 'package.json'))('@atproto/dev-env')
  const extra = JSON.parse(process.env.PDS_EXTRA || '{}')
  const network = await TestNetworkNoAppView.create({
    pds: { port: Number(pdsPort) || (await freePort()), hostname: 'localhost', ...extra },
    plc: { port: Number(plcPort) || (await freePort()) },
  })
  const stop = async () => {
    await network.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop)
  process.stdin.on('end', stop).resume()
  console.log('READY', network.pds.url, network.plc.url)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
