/** Whether a rule never spoils the answer to a request that was accepted, and never lets one wait long. */
export function isTame ({ status = 400, delay = 0, break: breaks = 'reset' }) {
  return status >= 400 && longest(delay) <= 100 && ['reset', 'empty'].includes(breaks)
}

function longest (delay) {
  return typeof delay === 'number' ? delay : delay.to
}
