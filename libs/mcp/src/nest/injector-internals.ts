/** The inside of Nest's container: modules, the wrappers of what they provide, and their static context. */
export { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';
export { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
export type { Module } from '@nestjs/core/injector/module.js';
