// Loaded into the server: collects what nobody needs any more whenever it is asked, and says what is left.
process.on('message', () => {
  globalThis.gc()
  process.send(process.memoryUsage())
})
// Who asks does not keep the server alive.
process.channel.unref()
