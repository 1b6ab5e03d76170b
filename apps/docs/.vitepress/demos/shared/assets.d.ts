declare module "*?url" {
  const url: string;
  export default url;
}

declare module "*.vue" {
  const component: object;
  export default component;
}
