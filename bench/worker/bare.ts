/** @module What the gateway is compared with: a proxy that does nothing but `fetch`. */
export default {
  fetch(request: Request, env: { readonly UPSTREAM: string }): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(`${env.UPSTREAM}${pathname}${search}`, request));
  },
};
